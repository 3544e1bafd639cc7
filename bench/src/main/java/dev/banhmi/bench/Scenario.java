package dev.banhmi.bench;

import java.io.IOException;

/** One table of the page. */
interface Scenario {

    /** The name on the command line and in the page's marks. */
    String name();

    /** Starts what it needs, warms up, measures, and ends all of it; returns the table in Markdown. */
    String run(Workshop workshop, Pace pace) throws IOException;
}
