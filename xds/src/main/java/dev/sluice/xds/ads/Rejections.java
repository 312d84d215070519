package dev.sluice.xds.ads;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.ObjectName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads Envoy's words against resources: whose they are, and what may be told of them.
final class Rejections {

  static final int SENTENCE_CHARS_MAX = 500;

  /// The name of a provider's cluster or credential: the prefix, the namespace and the name.
  private static final Pattern NAME =
      Pattern.compile(
          "(?:%s|%s)([a-z0-9-]+)/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)"
              .formatted(DataPlane.CLUSTER_PREFIX, DataPlane.SECRET_PREFIX));

  /// From here on Envoy prints the resource itself, which for a secret is the secret.
  private static final Pattern CONTENT =
      Pattern.compile("\n|\\w*\\s*\\{|\\bname:|\\binline_|-----BEGIN");

  private Rejections() {}

  /// One for each provider that is named, each with the words after its first name; else one for
  /// all.
  static List<Rejection> of(String node, Refused refused) {
    var text = shown(refused);
    var rejections = new ArrayList<Rejection>();
    var names = NAME.matcher(text);
    var found = names.find();
    while (found) {
      var provider = new ObjectName(names.group(1), names.group(2));
      var start = names.start();
      found = names.find();
      var end = found ? names.start() : text.length();
      if (rejections.stream().noneMatch(one -> one.provider().equals(Optional.of(provider)))) {
        rejections.add(rejection(node, Optional.of(provider), text.substring(start, end)));
      }
    }
    return rejections.isEmpty()
        ? List.of(rejection(node, onlyOne(refused), text))
        : List.copyOf(rejections);
  }

  /// The refused resources that are named, or all where they are of one provider; with their
  /// versions.
  static Map<String, String> named(Refused refused) {
    if (refused.versions().size() == 1 || onlyOne(refused).isPresent()) {
      return refused.versions();
    }
    var named = new HashMap<>(refused.versions());
    named.keySet().removeIf(name -> !isIn(refused.text(), name));
    return named;
  }

  private static boolean isIn(String text, String name) {
    return Pattern.compile("(?<![a-z0-9/.-])" + Pattern.quote(name) + "(?![a-z0-9/-]|\\.[a-z0-9])")
        .matcher(text)
        .find();
  }

  private static Rejection rejection(String node, Optional<ObjectName> provider, String words) {
    var sentence = words.strip().replaceAll("[,;]$", "");
    return new Rejection(
        node, provider, sentence.substring(0, Math.min(sentence.length(), SENTENCE_CHARS_MAX)));
  }

  /// Where the resources of one provider only were new to Envoy, it is the one.
  private static Optional<ObjectName> onlyOne(Refused refused) {
    var owners = refused.names().stream().map(Rejections::owner).distinct().toList();
    return owners.size() == 1 ? owners.getFirst() : Optional.empty();
  }

  private static Optional<ObjectName> owner(String resource) {
    var name = NAME.matcher(resource);
    return name.lookingAt()
        ? Optional.of(new ObjectName(name.group(1), name.group(2)))
        : Optional.empty();
  }

  private static String shown(Refused refused) {
    if (!refused.type().equals(Target.SECRETS)) {
      return refused.text();
    }
    var content = CONTENT.matcher(refused.text());
    var words = content.find() ? refused.text().substring(0, content.start()) : refused.text();
    return refused.names().size() == 1 ? refused.names().iterator().next() + ": " + words : words;
  }
}
