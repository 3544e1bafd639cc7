package dev.banhmi.planted.legacy;

/** Something to know. */
public interface Thing {}
