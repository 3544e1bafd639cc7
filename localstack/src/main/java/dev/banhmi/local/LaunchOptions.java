package dev.banhmi.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The command line's options.
 *
 * @param port the port that the gateway listens on; 0 takes a free one
 * @param data where objects are kept; absolute
 * @param buckets the buckets to serve, in the order given; at least one, no duplicates
 * @param hostNames the names that requests may have in {@code Host}, besides those of loopback; in the order given
 * @param openBrowser whether the start page is opened in the default browser
 */
record LaunchOptions(int port, Path data, List<String> buckets, List<String> hostNames, boolean openBrowser) {

    static final String USAGE = """
            usage: java -jar banhmi-local.jar [--port 8080] [--data ./data] [--bucket demo]... [--open-browser]
                                         [--host-name NAME]...

              --port NUMBER    where the gateway listens, on 127.0.0.1; 0 takes a free port; default 8080
              --data DIR       where objects are kept, a directory for each bucket; made when missing; default ./data
              --bucket NAME    a bucket to serve; repeat the option for several; default demo
              --host-name NAME a name, besides localhost, by which this machine is reached; repeat it for several
              --open-browser   opens the start page in the default browser
              --help           prints this""";

    LaunchOptions {
        buckets = List.copyOf(buckets);
        hostNames = List.copyOf(hostNames);
    }

    static boolean askForHelp(String... args) {
        return List.of(args).contains("--help");
    }

    /**
     * Reads {@code --name value} and {@code --name=value}.
     *
     * @throws LaunchException listing everything that is wrong, one line each
     */
    static LaunchOptions parse(String... args) {
        return new Parser().parse(args);
    }

    private static final class Parser {

        private static final Set<String> REPEATABLE = Set.of("--bucket", "--host-name");

        /** What {@code banhmi.access.host-names} takes, without the comma that separates its values. */
        private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");

        private final List<String> problems = new ArrayList<>();
        private final Set<String> given = new HashSet<>();
        private final Set<String> buckets = new LinkedHashSet<>();
        private final Set<String> hostNames = new LinkedHashSet<>();
        private int port = 8080;
        private Path data = Path.of("data");
        private boolean openBrowser;

        LaunchOptions parse(String... args) {
            for (int i = 0; i < args.length; i++) {
                String[] option = args[i].split("=", 2);
                boolean attached = option.length == 2;
                switch (option[0]) {
                    case "--open-browser" -> openBrowser(args[i], attached);
                    case "--port", "--data", "--bucket", "--host-name" -> {
                        boolean follows = i + 1 < args.length && !args[i + 1].startsWith("--");
                        if (attached || follows) {
                            read(option[0], attached ? option[1] : args[++i]);
                        } else {
                            problems.add(option[0] + ": a value is missing");
                        }
                    }
                    default -> problems.add(args[i] + ": no such option");
                }
            }
            if (!problems.isEmpty()) {
                throw new LaunchException(String.join("\n", problems) + "\n\n" + USAGE);
            }
            return new LaunchOptions(
                    port,
                    data.toAbsolutePath().normalize(),
                    buckets.isEmpty() ? List.of("demo") : List.copyOf(buckets),
                    List.copyOf(hostNames),
                    openBrowser);
        }

        private void openBrowser(String argument, boolean attached) {
            openBrowser = true;
            if (attached) {
                problems.add(argument + ": --open-browser takes no value");
            }
        }

        private void read(String option, String value) {
            if (!REPEATABLE.contains(option) && !given.add(option)) {
                problems.add(option + " " + value + ": " + option + " is given twice, once is allowed");
                return;
            }
            switch (option) {
                case "--port" -> readPort(value);
                case "--data" -> readData(value);
                case "--host-name" -> readHostName(value);
                default -> readBucket(value);
            }
        }

        private void readPort(String value) {
            Optional<Integer> number = numberOf(value).filter(n -> n >= 0 && n <= 65_535);
            if (number.isPresent()) {
                port = number.get();
            } else {
                problems.add("--port " + value + ": a number from 0 to 65535 is required");
            }
        }

        private static Optional<Integer> numberOf(String value) {
            try {
                return Optional.of(Integer.valueOf(value));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        private void readData(String value) {
            try {
                data = Path.of(value);
            } catch (InvalidPathException e) {
                problems.add("--data " + value + ": this is not a path (" + e.getReason() + ")");
            }
            if (value.isBlank()) {
                problems.add("--data " + value + ": the path of a directory is required");
            }
        }

        private void readHostName(String value) {
            if (!HOST_NAME.matcher(value).matches()) {
                problems.add("--host-name " + value + ": a name or an address without a port is required, such as"
                        + " laptop.local, 10.0.0.7 or [::1]");
            } else {
                hostNames.add(value);
            }
        }

        private void readBucket(String value) {
            Optional<String> problem = BucketName.problemOf(value);
            if (problem.isPresent()) {
                problems.add("--bucket " + value + ": " + problem.get());
            } else if (!buckets.add(value)) {
                problems.add("--bucket " + value + ": this bucket is given twice, once is allowed");
            }
        }
    }
}
