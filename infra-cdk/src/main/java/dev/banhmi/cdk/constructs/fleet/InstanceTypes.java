package dev.banhmi.cdk.constructs.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The EC2 instance types that this version of the library knows, with their sizes; and what the name of any looks like. */
public final class InstanceTypes {
    /*
     * instance-types.tsv has type, architecture, vCPUs and MiB of memory, as EC2's DescribeInstanceTypes gave them and moto-ext 5.1.24
     * recorded them (checked 2026-11-30), without Macs. A type that is missing may be newer than the list, so it is no error.
     */

    /** The form of a type's name, family and size. Whether there is such a type is another question. */
    public static final Pattern WELL_FORMED = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*\\.[a-z0-9]+(-[a-z0-9]+)*");

    private static final String LIST = "instance-types.tsv";
    private static final int SUGGESTIONS = 3;
    private static final Map<String, Size> KNOWN = read();

    private InstanceTypes() {}

    /**
     * What a type has, before the operating system takes its part.
     *
     * @param architecture the name that images use
     * @param cpuUnits 1024 for each vCPU
     * @param memoryMiB mebibytes
     */
    record Size(String architecture, int cpuUnits, int memoryMiB) {}

    static Optional<Size> size(String type) {
        return Optional.ofNullable(KNOWN.get(type));
    }

    static Map<String, Size> known() {
        return KNOWN;
    }

    /** Whether the text has the form of a type's name, family and size. */
    static boolean isWellFormed(String type) {
        return WELL_FORMED.matcher(type).matches();
    }

    /** The known types whose names are nearest, the nearest first. */
    static List<String> nearest(String type) {
        record Candidate(String name, int distance) {}
        return KNOWN.keySet().stream()
                .map(known -> new Candidate(known, distance(known, type)))
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(SUGGESTIONS)
                .map(Candidate::name)
                .toList();
    }

    /** The number of characters to insert, remove or replace. */
    private static int distance(String one, String other) {
        int[] above = new int[other.length() + 1];
        for (int column = 0; column <= other.length(); column++) {
            above[column] = column;
        }
        for (int row = 1; row <= one.length(); row++) {
            int[] current = new int[other.length() + 1];
            current[0] = row;
            for (int column = 1; column <= other.length(); column++) {
                int replaced = above[column - 1] + (one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, 1 + Math.min(above[column], current[column - 1]));
            }
            above = current;
        }
        return above[other.length()];
    }

    private static Map<String, Size> read() {
        try (InputStream list = Objects.requireNonNull(InstanceTypes.class.getResourceAsStream(LIST), LIST);
                BufferedReader lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            Map<String, Size> sizes = new TreeMap<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] columns = line.split("\t", -1);
                sizes.put(
                        columns[0],
                        new Size(columns[1], 1024 * Integer.parseInt(columns[2]), Integer.parseInt(columns[3])));
            }
            return Map.copyOf(sizes);
        } catch (IOException e) {
            throw new UncheckedIOException("The list of instance types in this library cannot be read", e);
        }
    }
}
