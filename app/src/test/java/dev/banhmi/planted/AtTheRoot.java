package dev.banhmi.planted;

interface AtTheRoot {}
