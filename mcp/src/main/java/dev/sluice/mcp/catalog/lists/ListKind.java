package dev.sluice.mcp.catalog.lists;

/// What a server can list.
public enum ListKind {
  TOOLS("tools", "tools/list", "tools"),
  PROMPTS("prompts", "prompts/list", "prompts"),
  RESOURCES("resources", "resources/list", "resources"),
  TEMPLATES("resources", "resources/templates/list", "resourceTemplates");

  private final String capability;
  private final String method;
  private final String member;

  ListKind(String capability, String method, String member) {
    this.capability = capability;
    this.method = method;
    this.member = member;
  }

  /// Without it a server has none, and is not asked.
  String capability() {
    return capability;
  }

  String method() {
    return method;
  }

  /// Of the result: where the list is.
  String member() {
    return member;
  }
}
