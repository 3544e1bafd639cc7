package dev.banhmi.local;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Opens the default browser through the system's own command: {@code java.awt.Desktop} would need a display of its own
 * and keep a window system's threads in this process.
 */
final class Browser {

    private Browser() {}

    /** Opens a page and returns at once; a failure is a line on standard error. */
    static void open(URI page) {
        List<String> command = command(System.getProperty("os.name"), page);
        try {
            Process opener = new ProcessBuilder(command)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            // It may run for as long as the browser does.
            Thread.ofVirtual().start(() -> watch(opener, command.getFirst(), page));
        } catch (IOException e) {
            complain(page, command.getFirst() + " could not be started");
        }
    }

    private static void watch(Process opener, String command, URI page) {
        try {
            int code = opener.waitFor();
            if (code != 0) {
                complain(page, command + " ended with " + code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static List<String> command(String system, URI page) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return List.of("rundll32", "url.dll,FileProtocolHandler", page.toString());
        }
        return List.of(name.startsWith("mac") ? "open" : "xdg-open", page.toString());
    }

    private static void complain(URI page, String reason) {
        System.err.println("No browser was opened (" + reason + "): open " + page + " yourself.");
    }
}
