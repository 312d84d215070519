package dev.sluice.mcp.serve;

import dev.sluice.mcp.serve.answer.Methods;
import dev.sluice.mcp.serve.answer.Watching;
import dev.sluice.mcp.serve.ask.Asks;
import dev.sluice.mcp.serve.ask.Parked;
import dev.sluice.mcp.serve.http.BodyRoom;
import dev.sluice.mcp.serve.listen.Listeners;
import dev.sluice.mcp.serve.neighbour.Neighbours;
import dev.sluice.mcp.serve.session.CallsInFlight;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.serve.stream.Streams;

/// What all requests of one replica share.
record Shared(
    Parts parts,
    ServeLimits limits,
    Methods methods,
    Streams streams,
    Asks asks,
    Parked parked,
    Kept kept,
    Watching watching,
    Listeners listeners,
    CallsInFlight calls,
    Neighbours neighbours,
    BodyRoom bodies) {}
