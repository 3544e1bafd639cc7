package dev.banhmi.cdk.planted.constructs;

/** Stands between the rooms, and one alone uses it. */
public final class BetweenRooms {
    private BetweenRooms() {}
}
