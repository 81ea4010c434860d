package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Where a namenode tells how it is, and takes the number of datanodes that there are to be: see {@link StartNameNode}. */
final class NameNodePort {
  static final int TAKEN = 204;
  /** What a namenode of a version before this one answers, whatever it is asked. */
  static final int OLDER = 200;

  private static final int PORT = 9871;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  private final String host;

  NameNodePort(String host) {
    this.host = host;
  }

  /** Tells the number; gives the status of the answer. */
  int put(int size) throws IOException, InterruptedException {
    var body = HttpRequest.BodyPublishers.ofString(Integer.toString(size));
    return send(request("/datanodes").PUT(body));
  }

  /** False, too, if it does not answer. */
  boolean isActive() {
    try {
      return is("/active");
    } catch (IOException away) {
      return false;
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether it is known that nothing was ever stored on its volume. */
  boolean isEmpty() throws IOException, InterruptedException {
    return is("/empty");
  }

  private boolean is(String path) throws IOException, InterruptedException {
    return send(request(path).GET()) == Readiness.OK;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://%s:%d%s".formatted(host, PORT, path))).timeout(PATIENCE);
  }

  private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
