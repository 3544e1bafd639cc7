package dev.banhmi.drain;

/** Where evaluations are written down. */
interface Journal {

    /** A step was taken. */
    void evaluated(Evaluation evaluation);

    /** An evaluation ended early; the failure goes on to leave the invocation. */
    void failed(String instanceId, DrainHint hint, RuntimeException failure);

    /** An event that calls for no evaluation at all. */
    void ignored(DrainHint.Ignored hint);
}
