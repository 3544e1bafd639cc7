package dev.banhmi.cdk.config;

/**
 * One thing that is wrong in a configuration file.
 *
 * @param line its line, counted from 1
 * @param key with its parent keys, as {@code network.zones}
 * @param what the value seen and what is expected
 */
record ConfigProblem(int line, String key, String what) {
    @Override
    public String toString() {
        return "line " + line + ", " + key + ": " + what;
    }
}
