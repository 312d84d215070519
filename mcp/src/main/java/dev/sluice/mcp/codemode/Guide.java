package dev.sluice.mcp.codemode;

/// What a model must know to write a program.
public final class Guide {
  public static final String TEXT =
      """
      The program is the body of an async function in JavaScript; TypeScript is taken where its \
      types can be left away (no enum, namespace, decorator, parameter property).
      Tools are async functions that take one object: await servers.SERVER.TOOL({...}); names that \
      are no identifiers by index: servers["my-server"]["my.tool"]({...}).
      Independent calls run side by side: await Promise.all([...]). A tool that fails throws.
      Only what is returned, or printed with console.log, comes back: filter and shorten first.
      A result typed unknown is parsed JSON or a text: print a piece of it to see its shape.
      There are no modules, files, network or timers; Date shows when the program began.
      """;

  private Guide() {}
}
