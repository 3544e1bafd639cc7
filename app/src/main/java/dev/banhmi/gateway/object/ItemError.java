package dev.banhmi.gateway.object;

/**
 * What is wrong with one of many objects, in a response that is a success as a whole. Its fields are two of a
 * problem's.
 *
 * @param code stable
 * @param detail for the caller
 */
record ItemError(String code, String detail) {}
