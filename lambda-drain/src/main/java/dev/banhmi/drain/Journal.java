package dev.banhmi.drain;

import java.util.List;

/** Where evaluations are written down. */
interface Journal {

    /** A step was taken. */
    void evaluated(Evaluation evaluation);

    /**
     * An evaluation failed; the failure propagates out of the invocation.
     *
     * @param instanceIds the one that it was about, or all that one call was about: it counts once
     */
    void failed(List<String> instanceIds, DrainHint hint, RuntimeException failure);

    /** AWS asks for fewer calls, so nothing more is done for this event: the next sweep comes to its instance. */
    void leftToSweep(DrainHint hint, RuntimeException failure);

    /** A sweep had to end before it came to so many of its instances; the next one continues. */
    void leftOver(int left, int instances);

    /** An event that requires no evaluation. */
    void ignored(DrainHint.Ignored hint);
}
