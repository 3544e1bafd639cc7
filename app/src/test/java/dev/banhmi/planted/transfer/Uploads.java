package dev.banhmi.planted.transfer;

/** What no room may know. */
public interface Uploads {}
