package dev.banhmi.planted.object;

/** Something to know. */
public interface Thing {}
