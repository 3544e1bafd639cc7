package dev.banhmi.bench;

/**
 * One column of a table.
 *
 * @param name as the table's head shows it, with its unit
 * @param format of one value, as {@link String#format} has it
 * @param ratioFormat of a value divided by the reference's; empty if that says nothing
 */
record Metric(String name, String format, String ratioFormat) {

    static final Metric CPU_PER_GIB = new Metric("CPU-s per GiB", "%.2f", "%.2f");
    static final Metric REQUESTS_PER_CPU = new Metric("requests per CPU-s", "%.0f", "%.3f");
    static final Metric FIRST_BYTE_MEDIAN = new Metric("first byte, µs, p50", "%.0f", "%.2f");
    static final Metric FIRST_BYTE_99TH = new Metric("first byte, µs, p99", "%.0f", "%.2f");
    static final Metric REQUESTS_PER_SECOND = new Metric("requests per s", "%.0f", "%.3f");
    static final Metric START_SECONDS = new Metric("s to the first object", "%.2f", "");
    static final Metric START_CPU = new Metric("CPU-s to the first object", "%.2f", "");

    /** Resident memory while that many connections are open. */
    static Metric memoryAt(int connections) {
        return new Metric("MiB at " + connections, "%.0f", "");
    }
}
