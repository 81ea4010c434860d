package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Where the namenode takes the number of datanodes that there are to be: see {@link StartNameNode}. */
final class NameNodePort {
  static final int TAKEN = 204;
  /** What a namenode of a version before this one answers, whatever it is asked. */
  static final int OLDER = 200;

  private static final int PORT = 9871;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final URI address;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  NameNodePort(String host) {
    address = URI.create("http://%s:%d/datanodes".formatted(host, PORT));
  }

  /** Tells the number; gives the status of the answer. */
  int put(int size) throws IOException, InterruptedException {
    var body = HttpRequest.BodyPublishers.ofString(Integer.toString(size));
    var request = HttpRequest.newBuilder(address).timeout(PATIENCE).PUT(body).build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
