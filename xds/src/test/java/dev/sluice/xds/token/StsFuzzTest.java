package dev.sluice.xds.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.fuzz.Frugal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// What AWS's STS answers, or who answers in its place: texts by the names of their elements, and
/// nothing that the answer itself does not have.
final class StsFuzzTest {

  private static final String PAIR =
      """
      <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult>
          <Credentials>
            <AccessKeyId>ASIAEXAMPLE</AccessKeyId>
            <SecretAccessKey>c2VjcmV0</SecretAccessKey>
            <SessionToken>dG9rZW4=</SessionToken>
            <Expiration>2026-11-30T12:00:00Z</Expiration>
          </Credentials>
        </AssumeRoleWithWebIdentityResult>
        <ResponseMetadata><RequestId>c6104cbe</RequestId></ResponseMetadata>
      </AssumeRoleWithWebIdentityResponse>
      """;
  private static final String REFUSAL =
      """
      <?xml version="1.0" encoding="UTF-8"?><ErrorResponse><Error><Type>Sender</Type>\
      <Code>ExpiredTokenException</Code><Message>Token expired: <![CDATA[1 < 2]]> &amp; &#65;\
      </Message></Error></ErrorResponse>""";
  private static final String BOMB =
      """
      <!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]>
      <a><Code>&d;&d;&d;&d;</Code></a>""";

  static Stream<byte[]> answers() {
    return Stream.of(
            PAIR,
            PAIR.substring(0, PAIR.indexOf("</SessionToken>")),
            PAIR.replace("2026-11-30T12:00:00Z", "+999999999-12-31T23:59:59Z"),
            REFUSAL,
            BOMB,
            outside("file:///dev/null"),
            "<!DOCTYPE a SYSTEM 'file:///dev/null'><a xml:space='preserve'><!-- --><?b c?></a>",
            "<!DOCTYPE a [<!\0ENTITY x>]><a>b</a>",
            "<a:b xmlns:a='urn:a'><a:c/></a:b>")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  private static String outside(String url) {
    return "<!DOCTYPE a [<!ENTITY x SYSTEM '%s'>]><a><Code>before&x;</Code></a>".formatted(url);
  }

  @MethodSource("answers")
  @FuzzTest
  void an_answer_is_texts_by_name_or_nothing(byte[] answer) {
    var xml = new String(answer, StandardCharsets.UTF_8);
    Frugal.read(
        answer,
        () -> {
          var told = WebIdentity.elements(xml);
          assertThat(WebIdentity.elements(xml)).isEqualTo(told);
          told.forEach((name, text) -> assertThat(name + text).hasSizeLessThan(xml.length()));
          try {
            assertThat(WebIdentity.pair(told).expiresAt()).isNotNull();
          } catch (IOException e) {
            assertThat(e.getMessage()).contains("expected");
          }
        });
  }

  @Test
  void nothing_is_read_and_nobody_is_asked_for_an_answer(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("file"), "a secret");
    assertThat(WebIdentity.elements(outside(file.toUri().toString())).toString())
        .doesNotContain("secret");
    try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      var url = "http://127.0.0.1:%d/a.dtd".formatted(server.getLocalPort());
      assertThat(WebIdentity.elements(outside(url)).toString()).doesNotContain("html");
      assertThat(WebIdentity.elements("<!DOCTYPE a SYSTEM '" + url + "'><a>b</a>"))
          .doesNotContainValue("html");
      server.setSoTimeout(200);
      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }
}
