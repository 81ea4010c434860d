package dev.bigdata.presto;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Lays out the server and its plug-ins, each jar once: a plug-in has a class path of its own, so that several bring the same jar,
 * which becomes a hard link.
 *
 * <p>Arguments: the folder with the jars of the server, the folder with a folder of jars for each plug-in, and the folder that gets
 * {@code lib/} and {@code plugin/}.
 */
public final class Assemble {
  /** The web interface's sources and what they were built with, among it compilers for three operating systems: 70 MB. */
  private static final String SOURCES = "webapp/src/";

  private final Map<String, Path> placed = new HashMap<>();

  private Assemble() {}

  public static void main(String[] arguments) throws IOException {
    Path plugins = Path.of(arguments[1]);
    Path output = Path.of(arguments[2]);
    Assemble assembly = new Assemble();
    assembly.place(Path.of(arguments[0]), output.resolve("lib"));
    for (Path plugin : sorted(plugins)) {
      assembly.place(plugin, output.resolve("plugin").resolve(plugin.getFileName()));
    }
  }

  private void place(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path jar : sorted(from)) {
      String name = jar.getFileName().toString();
      Path target = to.resolve(name);
      Path same = placed.get(name);
      if (same != null) {
        Files.createLink(target, same);
      } else if (name.startsWith("presto-main-")) {
        copyWithoutSources(jar, target);
      } else {
        Files.copy(jar, target);
      }
      placed.putIfAbsent(name, target);
    }
  }

  private static void copyWithoutSources(Path jar, Path target) throws IOException {
    try (ZipFile input = new ZipFile(jar.toFile());
        ZipOutputStream output = new ZipOutputStream(Files.newOutputStream(target))) {
      for (Enumeration<? extends ZipEntry> entries = input.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        if (!entry.getName().startsWith(SOURCES)) {
          ZipEntry copy = new ZipEntry(entry.getName());
          copy.setTime(entry.getTime());
          output.putNextEntry(copy);
          try (InputStream content = input.getInputStream(entry)) {
            content.transferTo(output);
          }
          output.closeEntry();
        }
      }
    }
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
