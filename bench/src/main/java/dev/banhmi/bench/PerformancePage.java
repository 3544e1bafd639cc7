package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page with the tables, and its plots in a directory beside it; everything outside the page's markers is written by hand. */
final class PerformancePage {

    private final Path file;
    private final Path plots;

    /** The plots are in a directory named as the page. */
    PerformancePage(Path file) {
        this.file = file;
        this.plots = file.resolveSibling(file.getFileName().toString().replaceFirst("\\.md$", ""));
    }

    /** Puts the plot beside the page, and on the page, between the marks of that name, a link to it and the text. */
    void put(String name, String title, String text, String plot) throws IOException {
        Files.createDirectories(plots);
        Files.writeString(plots.resolve(name + ".svg"), plot);
        String link = "![" + title + "](" + plots.getFileName() + "/" + name + ".svg)\n\n";
        Files.writeString(file, replace(Files.readString(file), name, link + text));
    }

    static String replace(String page, String name, String content) {
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- end of " + name + " -->";
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("the page has no place for the table " + name);
        }
        return page.substring(0, from + begin.length()) + content + page.substring(to);
    }
}
