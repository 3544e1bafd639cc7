package dev.banhmi.bench;

import java.io.IOException;
import java.util.List;

/** One table and one plot of the page. */
interface Scenario {

    /** The name on the command line, in the page's marks and of the plot's file. */
    String name();

    /** The title of the plot. */
    String title();

    /** The columns. */
    List<Metric> metrics();

    /** What the gateway has to reach; empty if nothing is laid down. */
    String goal();

    /** Starts what it needs, warms up, measures, and ends all of it. */
    Outcome run(Stage stage) throws IOException;
}
