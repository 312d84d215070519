package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import dev.sluice.xds.token.AwsTokens.Environment;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;

/// A role that AWS's STS gives for the token of a workload (IRSA).
final class WebIdentity {

  private static final String TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE";
  private static final String ROLE = "AWS_ROLE_ARN";

  /// Where private networks say that STS is.
  private static final String ENDPOINT = "AWS_ENDPOINT_URL_STS";

  private static final Set<String> NEEDED =
      Set.of("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration");

  private WebIdentity() {}

  static boolean isSaid(Environment said) {
    return said.has(TOKEN_FILE) && said.has(ROLE);
  }

  /// The file is read each time: its token ends too, and the platform renews it.
  static AccessToken fetch(Environment said) throws IOException, InterruptedException {
    var form = new LinkedHashMap<String, String>();
    form.put("Action", "AssumeRoleWithWebIdentity");
    form.put("Version", "2011-06-15");
    form.put("RoleArn", said.value(ROLE));
    form.put(
        "RoleSessionName",
        said.has("AWS_ROLE_SESSION_NAME") ? said.value("AWS_ROLE_SESSION_NAME") : "sluice");
    form.put("WebIdentityToken", Files.readString(Path.of(said.value(TOKEN_FILE))).strip());
    var endpoint = endpoint(said);
    var request = HttpRequest.newBuilder(endpoint).header("accept", "text/xml");
    var answer = TokenServices.ask(TokenServices.form(request, form));
    var told = elements(answer.body());
    if (answer.statusCode() != 200 || !told.keySet().containsAll(NEEDED)) {
      throw new IOException(
          "%s answered %d: %s %s"
              .formatted(
                  endpoint,
                  answer.statusCode(),
                  told.getOrDefault("Code", "no key pair"),
                  told.getOrDefault("Message", "")));
    }
    return pair(told);
  }

  static AccessToken pair(Map<String, String> told) throws IOException {
    var pair =
        new Credential.AwsKeyPair(
            told.getOrDefault("AccessKeyId", ""),
            told.getOrDefault("SecretAccessKey", ""),
            told.getOrDefault("SessionToken", ""));
    return new AccessToken(pair, end(told.getOrDefault("Expiration", "")));
  }

  static Instant end(String text) throws IOException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IOException("a key pair that ends at '%s' (expected: a time)".formatted(text), e);
    }
  }

  static URI endpoint(Environment said) {
    if (said.has(ENDPOINT)) {
      return URI.create(said.value(ENDPOINT).replaceAll("/+$", "") + "/");
    }
    var region =
        said.has("AWS_REGION") ? said.value("AWS_REGION") : said.value("AWS_DEFAULT_REGION");
    if (region.isEmpty()) {
      return URI.create("https://sts.amazonaws.com/");
    }
    var ending = region.startsWith("cn-") ? ".amazonaws.com.cn/" : ".amazonaws.com/";
    return URI.create("https://sts." + region + ending);
  }

  /// The text of each element that has no other in it; of a name that comes twice the first. Empty
  /// where it is no XML.
  static Map<String, String> elements(String xml) {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    var found = new HashMap<String, String>();
    try {
      var reader = factory.createXMLStreamReader(new StringReader(xml));
      var text = "";
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> text = "";
          case XMLStreamConstants.CHARACTERS -> text = reader.getText();
          case XMLStreamConstants.END_ELEMENT -> found.putIfAbsent(reader.getLocalName(), text);
          default -> {}
        }
      }
      return found;
    } catch (XMLStreamException | MissingResourceException _) {
      // The JDK's reader has no words for some faults of a document type, and throws the second.
      return Map.of();
    }
  }
}
