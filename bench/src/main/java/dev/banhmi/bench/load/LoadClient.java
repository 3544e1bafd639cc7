package dev.banhmi.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Carries out orders from standard input, one a line, and writes what came of each to standard output. */
public final class LoadClient {

    /** The line before the result of a {@link Order.Kind#SLOW} order, once all its responses have begun. */
    public static final String BEGUN = "begun";

    private LoadClient() {}

    /**
     * Runs until the input ends.
     *
     * @param arguments none
     * @throws IOException when standard input fails
     */
    public static void main(String[] arguments) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String result;
            try {
                result = run(Order.parse(line)).toLine();
            } catch (IOException | RuntimeException e) {
                result = e.toString().replaceAll("\\s+", " ");
            }
            System.out.println(result);
        }
    }

    private static Tally run(Order order) throws IOException {
        if (order.request().tls()) {
            return TlsDownloads.run(order);
        }
        try (Requests requests = new Requests(order, () -> System.out.println(BEGUN))) {
            return requests.run();
        }
    }
}
