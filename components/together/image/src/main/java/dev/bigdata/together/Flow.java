package dev.bigdata.together;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A flow in NiFi that receives records over HTTP and publishes each in the topic of its name. */
final class Flow {
  private static final int OK = 200;

  private final Nifi nifi;
  private final String url;
  private final String id;
  // One connection a record: NiFi's listener may drop one that is kept, and a record that is sent again might be there twice.
  private final Http http = new Http("Connection", "close");

  /**
   * Makes and starts it.
   *
   * @param ingest address of the port that the flow listens on, {@code http://HOST:PORT}
   * @param bootstrap address of Kafka
   */
  Flow(Nifi nifi, String name, String ingest, String bootstrap) throws IOException, InterruptedException {
    this.nifi = nifi;
    this.url = ingest + "/" + name;
    this.id = nifi.create(name, definition(name, URI.create(ingest).getPort(), bootstrap));
    nifi.setState(id, "RUNNING");
  }

  /** Waits until the flow listens. */
  void await() throws IOException, InterruptedException {
    var notYet = new NotYet();
    String answer = answer();
    while (!answer.isEmpty()) {
      notYet.pause("the flow does not listen at " + url + " (" + answer + ")" + complaint());
      answer = answer();
    }
  }

  /** Sends each record by a request of its own, which NiFi answers once it has stored the record. */
  void enter(Records records) throws IOException, InterruptedException {
    for (int index = 0; index < records.count(); index++) {
      HttpResponse<String> response = http.send("POST", url, BodyPublishers.ofString(records.line(index)));
      if (response.statusCode() != OK) {
        throw new CheckFailure(
            "the flow answered %d to record %d: %s".formatted(response.statusCode(), index, response.body().strip()));
      }
    }
  }

  /** Throws if there are records that the flow could not publish. */
  void requireNoneRefused() throws IOException, InterruptedException {
    int refused = nifi.queuedFrom(id, "publish");
    if (refused > 0) {
      throw new CheckFailure(refused + " records could not be published" + complaint());
    }
  }

  /** What the flow last warned of, as the end of a sentence; empty if it warned of nothing. */
  String complaint() throws IOException, InterruptedException {
    List<String> warnings = nifi.warnings(id);
    return warnings.isEmpty() ? "" : "; it says: " + warnings.get(warnings.size() - 1).lines().findFirst().orElse("");
  }

  /** Why the flow does not listen; empty if it does. */
  private String answer() throws IOException, InterruptedException {
    try {
      int status = http.send("HEAD", url, BodyPublishers.noBody()).statusCode();
      return status == OK ? "" : "it answers " + status;
    } catch (CheckFailure unreachable) {
      return unreachable.getMessage();
    }
  }

  private static String definition(String name, int port, String bootstrap) throws IOException {
    try (InputStream resource = Flow.class.getResourceAsStream("/flow.json")) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@NAME@", name)
          .replace("@PORT@", Integer.toString(port))
          .replace("@BOOTSTRAP@", bootstrap);
    }
  }
}
