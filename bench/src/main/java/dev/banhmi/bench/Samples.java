package dev.banhmi.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** One figure, sampled once per round. */
final class Samples {

    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int size = sorted.size();
        if (size == 0) {
            throw new IllegalStateException("there is no sample");
        }
        return size % 2 == 1 ? sorted.get(size / 2) : (sorted.get(size / 2 - 1) + sorted.get(size / 2)) / 2;
    }

    double least() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    double most() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** The ratio of this figure to another one of the same rounds: what disturbs a round disturbs both of them. */
    Samples per(Samples other) {
        Samples ratios = new Samples();
        IntStream.range(0, values.size()).forEach(round -> ratios.add(values.get(round) / other.values.get(round)));
        return ratios;
    }

    /** One divided by each. */
    Samples inverse() {
        Samples inverse = new Samples();
        values.forEach(value -> inverse.add(1 / value));
        return inverse;
    }

    String show(String format) {
        return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")", median(), least(), most());
    }
}
