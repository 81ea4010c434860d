package dev.bigdata.together;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Where the systems are, from a properties file; the access to the object store is in the environment. */
final class Settings {
  private final Properties properties = new Properties();

  Settings(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
  }

  String get(String key) {
    return present(key, properties.getProperty(key));
  }

  static String environment(String name) {
    return present(name, System.getenv(name));
  }

  private static String present(String name, String value) {
    if (value == null || value.isEmpty()) {
      throw new CheckFailure("the setting " + name + " is missing");
    }
    return value;
  }
}
