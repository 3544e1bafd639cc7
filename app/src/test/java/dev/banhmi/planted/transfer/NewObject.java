package dev.banhmi.planted.transfer;

/** What every room may know. */
public interface NewObject {}
