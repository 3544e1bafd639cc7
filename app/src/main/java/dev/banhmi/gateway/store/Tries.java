package dev.banhmi.gateway.store;

/**
 * How often the gateway retries a store. Attempts multiply: each of these is a loop around calls, and every call is
 * tried up to {@code banhmi.s3.max-attempts} times inside (4 by default), within {@code banhmi.s3.api-call-timeout} for
 * all of them (150 s), or {@code banhmi.s3.complete-timeout} (10 min) for CompleteMultipartUpload and copies. A loop
 * continues only after a failure that can pass, so the most that a store sees, and the longest that it takes, is
 *
 * <table>
 * <caption>With the default settings</caption>
 * <tr><th>what</th><th>loop</th><th>requests at most</th><th>longest</th></tr>
 * <tr><td>a part of an upload</td><td>{@link #OF_A_PART} when its bytes were damaged</td><td>12</td><td>7.5 min</td></tr>
 * <tr><td>a part of a copy</td><td>{@link #OF_A_PART} when the response made no sense</td><td>12</td><td>30 min; none begins after
 *     {@code banhmi.transfer.max-request-duration}</td></tr>
 * <tr><td>the write that makes an object visible, and a HEAD after each of its failures</td>
 *     <td>{@link #OF_A_VISIBLE_WRITE}, after a lost response 2</td><td>12 and 12</td><td>37.5 min</td></tr>
 * <tr><td>the next bytes of a download</td><td>{@link #OF_A_READ} in a row without a byte</td><td>16</td><td>12 min: each of
 *     the four may end in {@code banhmi.s3.read-timeout} (30 s) of silence</td></tr>
 * <tr><td>a GET with a range or a condition</td><td>{@link #LOOKS}, only when the object was replaced meanwhile, and then
 *     {@link #READS_WITHOUT_A_LOOK}</td><td>12 HEAD and 20 GET</td><td>20 min</td></tr>
 * <tr><td>a copy</td><td>{@link #LOOKS}, only when its source was replaced meanwhile</td><td>3 times what a copy takes</td>
 *     <td>3 times as long</td></tr>
 * <tr><td>the abort of a failed upload</td><td>1, and one for each of {@code banhmi.transfer.abort-retries} (3)</td>
 *     <td>16</td><td>in the background</td></tr>
 * </table>
 */
public final class Tries {

    /** Of a part whose bytes were damaged on their way to the store, while they are still in memory; or of a copied one. */
    public static final int OF_A_PART = 3;

    /** Of the one call that makes an object visible. */
    public static final int OF_A_VISIBLE_WRITE = 3;

    /** How often in a row a store may stop a read without having sent a byte. */
    public static final int OF_A_READ = 4;

    /** Of the look at an object that keeps being replaced before its first byte is read, or before it is copied. */
    public static final int LOOKS = 3;

    /** Of the read that looks and reads in one, when its first bytes had to be read again and were replaced. */
    public static final int READS_WITHOUT_A_LOOK = 2;

    private Tries() {}
}
