package dev.banhmi.bench;

import dev.banhmi.bench.load.LoadClient;
import dev.banhmi.bench.load.Order;
import dev.banhmi.bench.load.Tally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A load client in its own process. */
final class Load implements AutoCloseable {

    private final Server process;

    private Load(Server process) {
        this.process = process;
    }

    static Load start(Workshop workshop) throws IOException {
        return start(workshop, "load");
    }

    /** With a name of its own, where one scenario has several. */
    static Load start(Workshop workshop, String name) throws IOException {
        List<String> command = new ArrayList<>(workshop.java("-XX:+UseSerialGC", "-Xmx256m"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(workshop.certificate().trustOptions());
        command.add(LoadClient.class.getName());
        return new Load(Server.startWorker(name, workshop.directory(), command));
    }

    /** Carries out an order to its end. */
    Tally run(Order order) throws IOException {
        process.tell(order.toLine());
        return end(order);
    }

    /** Gives an order for slow downloads; returns once all of them have begun. */
    void begin(Order order) throws IOException {
        process.tell(order.toLine());
        String line = process.answer();
        if (!line.equals(LoadClient.BEGUN)) {
            throw new IOException("the load client could not do " + order + ": " + line);
        }
    }

    /** Waits for what came of the order that was given. */
    Tally end(Order order) throws IOException {
        String line = process.answer();
        try {
            return Tally.parse(line);
        } catch (IllegalArgumentException e) {
            throw new IOException("the load client could not do " + order + ": " + line, e);
        }
    }

    CpuTime cpuTime() throws IOException {
        return process.cpuTime();
    }

    @Override
    public void close() {
        process.close();
    }
}
