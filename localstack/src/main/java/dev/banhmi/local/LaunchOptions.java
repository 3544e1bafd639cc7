package dev.banhmi.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What the command line says.
 *
 * @param port where the gateway listens; 0 takes a free one
 * @param data where objects are kept
 */
record LaunchOptions(int port, Path data) {

    static final String USAGE = "usage: java -jar banhmi-local.jar [--port 8080] [--data ./data]";

    /** Reads {@code --name value} and {@code --name=value}. */
    static LaunchOptions parse(String... args) {
        int port = 8080;
        Path data = Path.of("data");
        for (int i = 0; i < args.length; i++) {
            String[] option = args[i].split("=", 2);
            boolean known = option[0].equals("--port") || option[0].equals("--data");
            if (!known) {
                throw new LaunchException(args[i] + ": no such option\n" + USAGE);
            }
            if (option.length < 2 && i + 1 == args.length) {
                throw new LaunchException(option[0] + ": a value is missing\n" + USAGE);
            }
            String value = option.length == 2 ? option[1] : args[++i];
            if (option[0].equals("--port")) {
                port = portOf(value);
            } else {
                data = pathOf(value);
            }
        }
        return new LaunchOptions(port, data.toAbsolutePath().normalize());
    }

    private static int portOf(String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
            throw new LaunchException("--port " + value + ": a number from 0 to 65535 is needed");
        } catch (NumberFormatException e) {
            throw new LaunchException("--port " + value + ": a number from 0 to 65535 is needed", e);
        }
    }

    private static Path pathOf(String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new LaunchException("--data " + value + ": this is not a path", e);
        }
    }
}
