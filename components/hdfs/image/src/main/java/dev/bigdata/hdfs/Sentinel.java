package dev.bigdata.hdfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;

/**
 * A file that proves that data survived: written before something happens to the servers, read after it.
 *
 * <p>It is {@code /bigdata-sentinel/records}; each line is a name, {@code bigdata-sentinel-N}, and the SHA-256 of that name. It gets
 * its name once its blocks are on the disks of all datanodes.
 *
 * <p>Argument: {@code write}, {@code read} or {@code remove}. The last line of output is a JSON object of facts; a failure ends with
 * its reason and exit code 1.
 */
public final class Sentinel {
  private static final String NAME = "bigdata-sentinel";
  private static final Path FOLDER = new Path("/" + NAME);
  private static final Path FILE = new Path(FOLDER, "records");
  private static final Path UNFINISHED = new Path("/" + NAME + "-unfinished");
  private static final Path NEVER_WRITTEN = new Path("/" + NAME + "-never-written");

  private final List<String> records = CheckFile.lines(Sentinel::record);
  private final DistributedFileSystem files;

  private Sentinel(DistributedFileSystem files) {
    this.files = files;
  }

  public static void main(String[] arguments) {
    CheckProgram.run(
        () -> {
          if (arguments.length != 1) {
            throw new CheckFailure("needs one argument: write, read or remove");
          }
          try (var files = (DistributedFileSystem) FileSystem.get(new HdfsConfiguration())) {
            new Sentinel(files).run(arguments[0]);
          }
        });
  }

  private void run(String step) throws Exception {
    switch (step) {
      case "write" -> write();
      case "read" -> read();
      case "remove" -> remove();
      default -> throw new CheckFailure("can write, read and remove, not " + step);
    }
  }

  private void write() throws Exception {
    boolean wasThere = files.exists(FILE);
    if (!wasThere) {
      var unfinished = new CheckFile(files, UNFINISHED);
      unfinished.write(records);
      unfinished.requireReplicas();
      files.mkdirs(FOLDER);
      files.rename(UNFINISHED, FILE, Rename.NONE);
    }
    requireAll();
    System.out.printf(
        "{\"records\":%d,\"writtenNow\":%d,\"blocks\":%d,\"replicas\":%d,\"sha256\":\"%s\"}%n",
        records.size(), wasThere ? 0 : records.size(), CheckFile.BLOCKS, CheckFile.REPLICAS, digest());
  }

  private void read() throws Exception {
    requireAll();
    if (files.exists(NEVER_WRITTEN)) {
      throw new CheckFailure("there is a file that nobody wrote: " + NEVER_WRITTEN);
    }
    System.out.printf(
        "{\"records\":%d,\"unchanged\":%d,\"neverWrittenFound\":false,\"sha256\":\"%s\"}%n",
        records.size(), records.size(), digest());
  }

  private void remove() throws Exception {
    boolean wasThere = files.delete(FOLDER, true);
    files.delete(UNFINISHED, false);
    for (Path removed : List.of(FOLDER, UNFINISHED)) {
      if (files.exists(removed)) {
        throw new CheckFailure("it is still there: " + removed);
      }
    }
    System.out.printf("{\"wasThere\":%b,\"left\":0}%n", wasThere);
  }

  private void requireAll() throws IOException {
    if (!files.exists(FILE)) {
      throw new CheckFailure("there is no file " + FILE);
    }
    List<Path> others =
        Arrays.stream(files.listStatus(FOLDER))
            .map(FileStatus::getPath)
            .filter(path -> !path.getName().equals(FILE.getName()))
            .toList();
    if (!others.isEmpty()) {
      throw new CheckFailure("there is more than was written: " + others);
    }
    List<String> found = new CheckFile(files, FILE).read();
    if (!found.equals(records)) {
      throw new CheckFailure(
          "%s is not what was written: %d lines instead of %d, or others".formatted(FILE, found.size(), records.size()));
    }
    System.out.println(FILE + " has all " + records.size() + " records");
  }

  private static String record(int index) {
    String name = NAME + "-" + index;
    return name + " " + sha256(name);
  }

  /** One digest of all records: the same whenever and wherever they are written. */
  private String digest() {
    return sha256(String.join("\n", records));
  }

  private static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
