package dev.bigdata.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Gives the pod that leads a label, by which the Service finds it, and takes it from the others; tries until it is so. */
final class LeaderLabel {
  private static final String LABEL = "bigdata.dev/leader";
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;

  private final List<String> pods;
  private final ScheduledExecutorService turn = Turn.named("leader-label");
  private volatile String leader = "";

  /** @param pods all that could lead */
  LeaderLabel(List<String> pods) {
    this.pods = pods;
  }

  /** Returns at once. What was asked for before is no longer tried. */
  void give(String pod) {
    leader = pod;
    turn.execute(() -> attempt(pod));
  }

  private void attempt(String pod) {
    if (!pod.equals(leader)) {
      return;
    }
    try {
      HttpClient client = HttpClient.newBuilder().sslContext(trusted()).connectTimeout(PATIENCE).build();
      label(client, pod, "\"true\"");
      for (String other : pods) {
        if (!other.equals(pod)) {
          label(client, other, "null");
        }
      }
    } catch (IOException | GeneralSecurityException failure) {
      System.err.println("The Service does not lead to " + pod + " yet: " + failure);
      turn.schedule(() -> attempt(pod), 1, TimeUnit.SECONDS);
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void label(HttpClient client, String pod, String value) throws IOException, InterruptedException {
    String server = System.getenv("KUBERNETES_SERVICE_HOST");
    String host = server.contains(":") ? "[" + server + "]" : server;
    String namespace = read("namespace");
    URI address = URI.create("https://%s:%s/api/v1/namespaces/%s/pods/%s"
        .formatted(host, System.getenv("KUBERNETES_SERVICE_PORT"), namespace, pod));
    String change = "{\"metadata\":{\"labels\":{\"%s\":%s}}}".formatted(LABEL, value);
    HttpRequest request = HttpRequest.newBuilder(address)
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + read("token"))
        .header("Content-Type", "application/merge-patch+json")
        .method("PATCH", BodyPublishers.ofString(change))
        .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    // One that is not there needs no label.
    if (answer.statusCode() / 100 != 2 && answer.statusCode() != NOT_FOUND) {
      throw new IOException("PATCH pods/" + pod + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  /** Read each time: tokens are renewed. */
  private static String read(String name) throws IOException {
    return Files.readString(ACCOUNT.resolve(name), UTF_8).trim();
  }

  private static SSLContext trusted() throws IOException, GeneralSecurityException {
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    try (InputStream file = Files.newInputStream(ACCOUNT.resolve("ca.crt"))) {
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
        authorities.setCertificateEntry("authority-" + authorities.size(), each);
      }
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
