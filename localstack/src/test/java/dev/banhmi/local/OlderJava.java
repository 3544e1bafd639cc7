package dev.banhmi.local;

/** Goes through the door of the jar as the last Java that is too old. No option of a Java can do that: it sets this property itself. */
final class OlderJava {

    private OlderJava() {}

    /**
     * Calls the door.
     *
     * @param arguments handed on
     * @throws ReflectiveOperationException when the door lets it in
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        System.setProperty("java.specification.version", Integer.toString(RequiredJava.VERSION - 1));
        RequiredJava.main(arguments);
    }
}
