package dev.sluice.standalone.count;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// TLS to the listener of this very gateway, on this machine: its certificate has the name that
/// clients use, which is another one than here. Plain HTTP would know as little of the other side.
final class OwnListener extends X509ExtendedTrustManager {

  private OwnListener() {}

  static SSLContext context() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new OwnListener()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: no TLS", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {
    throw noServer();
  }

  private static IllegalStateException noServer() {
    return new IllegalStateException("BUG: this is no server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
