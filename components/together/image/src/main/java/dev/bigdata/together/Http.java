package dev.bigdata.together;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** Requests that are answered with JSON. */
final class Http {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int LONGEST_QUOTE = 300;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER).build();
  private final String[] headers;

  /**
   * @param headers of every request: names and values in turn
   */
  Http(String... headers) {
    this.headers = headers;
  }

  JsonNode get(String url) throws IOException, InterruptedException {
    return json("GET", url, BodyPublishers.noBody());
  }

  JsonNode post(String url, String body) throws IOException, InterruptedException {
    return json("POST", url, BodyPublishers.ofString(body));
  }

  JsonNode put(String url, String body) throws IOException, InterruptedException {
    return json("PUT", url, BodyPublishers.ofString(body));
  }

  JsonNode delete(String url) throws IOException, InterruptedException {
    return json("DELETE", url, BodyPublishers.noBody());
  }

  /** Whatever the answer is, as long as there is one. */
  HttpResponse<String> send(String method, String url, BodyPublisher body) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER).method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (ConnectException failure) {
      throw new CheckFailure(URI.create(url).resolve("/") + " cannot be reached");
    } catch (HttpTimeoutException failure) {
      throw new CheckFailure(url + " does not answer, " + ANSWER.toSeconds() + " s long");
    }
  }

  private JsonNode json(String method, String url, BodyPublisher body) throws IOException, InterruptedException {
    HttpResponse<String> response = send(method, url, body);
    if (response.statusCode() >= 300) {
      String said = response.body().strip();
      throw new CheckFailure(
          method + " " + url + " answered " + response.statusCode() + ": "
              + said.substring(0, Math.min(LONGEST_QUOTE, said.length())));
    }
    return JSON.readTree(response.body());
  }
}
