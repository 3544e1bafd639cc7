package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page with the tables; everything outside their markers is written by hand. */
final class PerformancePage {

    private final Path file;

    PerformancePage(Path file) {
        this.file = file;
    }

    void put(String table, String content) throws IOException {
        Files.writeString(file, replace(Files.readString(file), table, content));
    }

    static String replace(String page, String table, String content) {
        String begin = "<!-- " + table + " -->\n";
        String end = "<!-- end of " + table + " -->";
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("the page has no place for the table " + table);
        }
        return page.substring(0, from + begin.length()) + content + page.substring(to);
    }
}
