package dev.bigdata.nifi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Unpacks archives (NAR) as NiFi itself would at its first start, so that it need not at every start of a pod.
 *
 * <p>Arguments: the folder of the archives, the folder to unpack into, which gets {@code framework/} and {@code extensions/}, and a
 * regular expression of jars that are left out.
 */
public final class Unpack {
  private static final String PACKED = "META-INF/bundled-dependencies/";
  private static final String UNPACKED = "NAR-INF/bundled-dependencies/";

  private Unpack() {}

  public static void main(String[] arguments) throws IOException {
    Path output = Path.of(arguments[1]);
    Pattern leftOut = Pattern.compile(arguments[2]);
    for (String kind : List.of("framework", "extensions")) {
      Files.createDirectories(output.resolve(kind));
    }
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path archive : files.filter(file -> file.toString().endsWith(".nar")).sorted().toList()) {
        unpack(archive, output, leftOut);
      }
    }
  }

  private static void unpack(Path archive, Path output, Pattern leftOut) throws IOException {
    String name = archive.getFileName().toString();
    Path folder = output.resolve(name.startsWith("nifi-framework-nar-") ? "framework" : "extensions").resolve(name + "-unpacked");
    try (JarFile jar = new JarFile(archive.toFile())) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (!entry.isDirectory() && !leftOut.matcher(entry.getName()).find()) {
          Path file = folder.resolve(entry.getName().replace(PACKED, UNPACKED)).normalize();
          if (!file.startsWith(folder)) {
            throw new IOException(archive + " has an entry outside of itself: " + entry.getName());
          }
          Files.createDirectories(file.getParent());
          try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, file);
          }
        }
      }
    }
  }
}
