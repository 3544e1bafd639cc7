package dev.banhmi.planted.http;

import dev.banhmi.planted.legacy.Thing;

interface KnowsTooMuch {

    Thing thing();
}
