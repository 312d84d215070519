package dev.sluice.wire.conversation;

import dev.sluice.wire.conversation.Block.CacheMark;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a model may ask for.
public sealed interface Tool {

  String name();

  /// One that the client runs.
  ///
  /// @param description null without one
  /// @param schema of its input, a JSON schema of an object
  record Function(
      String name,
      @Nullable String description,
      JsonNode schema,
      boolean strict,
      @Nullable CacheMark cacheMark)
      implements Tool {}

  /// One that the client has put off: no part of the prompt before something refers to it, and a
  /// `Function` from then on.
  record Deferred(String name) implements Tool {}

  /// The provider's own search of the web.
  ///
  /// @param type for example `web_search_20250305`
  /// @param allowedDomains the only ones that are searched; empty for all
  /// @param blockedDomains those that are not searched
  /// @param maxUses the most searches in one answer; null without a limit
  record WebSearch(
      String name,
      String type,
      List<String> allowedDomains,
      List<String> blockedDomains,
      @Nullable Long maxUses,
      @Nullable UserLocation userLocation)
      implements Tool {
    public WebSearch {
      allowedDomains = List.copyOf(allowedDomains);
      blockedDomains = List.copyOf(blockedDomains);
    }
  }

  /// Where the user is, roughly; null for what is not told.
  record UserLocation(
      @Nullable String city,
      @Nullable String region,
      @Nullable String country,
      @Nullable String timezone) {}

  /// The provider's own reading of pages whose address is in the conversation.
  ///
  /// @param type for example `web_fetch_20250910`
  /// @param allowedDomains as for a search, and so are the next two
  /// @param maxContentTokens the most of one page; null without a limit
  /// @param cites whether the answer is to tell what it rests on
  record WebFetch(
      String name,
      String type,
      List<String> allowedDomains,
      List<String> blockedDomains,
      @Nullable Long maxUses,
      @Nullable Long maxContentTokens,
      boolean cites)
      implements Tool {
    public WebFetch {
      allowedDomains = List.copyOf(allowedDomains);
      blockedDomains = List.copyOf(blockedDomains);
    }
  }

  /// Another one that the provider runs, or whose schema only the provider knows.
  ///
  /// @param type for example `bash_20250124`
  record Native(String name, String type, JsonNode json) implements Tool {}
}
