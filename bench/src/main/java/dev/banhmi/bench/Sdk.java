package dev.banhmi.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The bare SDK as a contestant: it stands in no one's way, so no client gives it work but this one's orders. */
final class Sdk implements AutoCloseable {

    static final String LABEL = "the SDK alone";

    private final Server process;

    private Sdk(Server process) {
        this.process = process;
    }

    static Sdk start(Setup setup) throws IOException {
        List<String> command = new ArrayList<>(Gateway.javaCommand(setup.workshop()));
        command.addAll(List.of("-cp", Workshop.classPath(), SdkClient.class.getName(), setup.storeAddress()));
        return new Sdk(Server.startWorker("sdk", setup.workshop().directory(), command));
    }

    /** Does it; how often it was done. */
    long run(SdkClient.Job job) throws IOException {
        return Long.parseLong(ask(job));
    }

    /** The CRC32C of what it fetches. */
    String checksum(String key, String range) throws IOException {
        return ask(new SdkClient.Job(SdkClient.Job.Work.CHECK, key, range, 0, 1, 1, 0));
    }

    private String ask(SdkClient.Job job) throws IOException {
        process.tell(job.toLine());
        return process.answer();
    }

    CpuTime cpuTime() throws IOException {
        return process.cpuTime();
    }

    @Override
    public void close() {
        process.close();
    }
}
