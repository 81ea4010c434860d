package dev.bigdata.together;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A bucket of the object store. Requests are signed by curl, which gets the secret by its standard input only. */
final class ObjectStore implements Part {
  private static final int SECONDS = 30;

  private final String bucket;
  private final List<String> prefixes;
  private final String user;
  private final String password;

  /**
   * @param bucket its address, {@code http://HOST:PORT/BUCKET}
   * @param prefixes of the keys of this check's objects
   */
  ObjectStore(String bucket, List<String> prefixes, String user, String password) {
    this.bucket = bucket;
    this.prefixes = prefixes;
    this.user = user;
    this.password = password;
  }

  @Override
  public String title() {
    return "Object store";
  }

  @Override
  public List<String> remains() throws Exception {
    List<String> keys = new ArrayList<>();
    for (String prefix : prefixes) {
      keys.addAll(keys(prefix));
    }
    return keys;
  }

  @Override
  public void remove(String key) throws IOException, InterruptedException {
    require(request("DELETE", key), "204", "DELETE of " + key);
  }

  /** Puts a file, which the store compares with its SHA-256. */
  void put(String key, Path file) throws IOException, InterruptedException, NoSuchAlgorithmException {
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    Answer answer =
        request("PUT", key, "--upload-file", file.toString(), "--header", "x-amz-content-sha256: " + digest);
    require(answer, "200", "PUT of " + key);
  }

  /** The first thousand keys with a prefix. */
  List<String> keys(String prefix) throws IOException, InterruptedException, SAXException, ParserConfigurationException {
    Answer answer = request("GET", "?list-type=2&prefix=" + URLEncoder.encode(prefix, StandardCharsets.UTF_8));
    require(answer, "200", "listing");
    NodeList found =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.UTF_8)))
            .getElementsByTagName("Key");
    List<String> keys = new ArrayList<>();
    for (int index = 0; index < found.getLength(); index++) {
      keys.add(found.item(index).getTextContent());
    }
    return keys;
  }

  private void require(Answer answer, String status, String what) {
    if (!answer.status().equals(status)) {
      throw new CheckFailure(
          answer.status().equals("000")
              ? bucket + " does not answer"
              : "the %s at %s answered %s: %s".formatted(what, bucket, answer.status(), answer.body()));
    }
  }

  private Answer request(String method, String key, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("curl", "--config", "-", "--silent", "--request", method));
    command.addAll(List.of("--max-time", Integer.toString(SECONDS), "--aws-sigv4", "aws:amz:us-east-1:s3"));
    command.addAll(List.of("--write-out", "\n%{http_code}"));
    command.addAll(List.of(options));
    command.add(bucket + "/" + key);
    Process curl = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var input = curl.outputWriter()) {
      input.write("user = \"%s:%s\"\n".formatted(quoted(user), quoted(password)));
    }
    String output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = curl.waitFor();
    int end = output.lastIndexOf('\n');
    if (end < 0) {
      throw new CheckFailure("curl failed with exit code " + status);
    }
    return new Answer(output.substring(end + 1), output.substring(0, end));
  }

  /** A value between the double quotes of a curl configuration file. */
  private static String quoted(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private record Answer(String status, String body) {}
}
