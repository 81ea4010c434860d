{{/* A scalar of the values as text: whole numbers without an exponent. */}}
{{- define "spark.scalar" -}}
{{ if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{- define "spark.coreSite" -}}
{{- $properties := dict
  "fs.s3a.endpoint.region" "us-east-1"
  "fs.s3a.path.style.access" "true"
  "fs.s3a.connection.ssl.enabled" (hasPrefix "https:" .Values.objectStore.endpoint | toString)
  "fs.s3a.aws.credentials.provider" "com.amazonaws.auth.EnvironmentVariableCredentialsProvider"
  "fs.s3a.committer.name" "magic"
  "fs.s3a.attempts.maximum" "5"
  "fs.s3a.retry.limit" "3"
  "fs.s3a.endpoint" .Values.objectStore.endpoint
}}
<?xml version="1.0"?>
<configuration>
{{- range $name, $value := merge (deepCopy .Values.config.coreSite) $properties }}
  <property><name>{{ $name }}</name><value>{{ include "spark.scalar" $value | html }}</value></property>
{{- end }}
</configuration>
{{- end }}

{{/* Names of the masters' pods, as a list in JSON. */}}
{{- define "spark.masters" -}}
{{- $names := list }}
{{- range until (int .Values.master.replicas) }}
{{- $names = append $names (printf "%s-master-%d" $.Release.Name .) }}
{{- end }}
{{- $names | toJson }}
{{- end }}

{{/* Lines of spark-defaults.conf. By default, two applications that take what they may fit beside each other. */}}
{{- define "spark.defaults" -}}
{{- $java := "-XX:+UseSerialGC -XX:TieredStopAtLevel=1" }}
{{- $half := div (mul .Values.worker.replicas .Values.worker.cores) 2 }}
{{- $least := index .Values.config.sparkDefaults "spark.executor.cores" | default 1 | int }}
{{- $lines := dict
  "spark.master" (printf "spark://%s:7077" .Release.Name)
  "spark.driver.memory" "512m"
  "spark.driver.extraJavaOptions" $java
  "spark.driver.port" "7100"
  "spark.blockManager.port" "7200"
  "spark.executor.memory" "512m"
  "spark.executor.cores" "1"
  "spark.executor.extraJavaOptions" $java
  "spark.cores.max" (max $least $half)
  "spark.sql.shuffle.partitions" "4"
  "spark.sql.catalogImplementation" "hive"
  "spark.hadoop.hive.metastore.uris" .Values.metastore.uri
  "spark.sql.warehouse.dir" .Values.warehouse
  "spark.sql.sources.commitProtocolClass" "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol"
  "spark.sql.parquet.output.committer.class" "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter"
  "spark.ui.reverseProxy" "true"
  "spark.worker.preferConfiguredMasterAddress" "true"
  "spark.rpc.io.connectionCreationTimeout" "10s"
  "spark.shuffle.io.connectionCreationTimeout" "10s"
  "spark.decommission.enabled" "true"
  "spark.storage.decommission.enabled" "true"
  "spark.storage.decommission.fallbackStorage.path" (printf "%s_decommissioned/" .Values.warehouse)
  "spark.storage.decommission.fallbackStorage.cleanUp" "true"
  "spark.deploy.recoveryMode" "CUSTOM"
  "spark.deploy.recoveryMode.factory" "dev.bigdata.spark.KeptState"
  "spark.deploy.zookeeper.url" .Values.zookeeper.quorum
  "spark.deploy.zookeeper.dir" (printf "%s/%s" .Values.zookeeper.path .Chart.AppVersion)
}}
{{- if gt (int .Values.master.replicas) 1 }}
{{- $_ := set $lines "spark.deploy.masters" (include "spark.masters" . | fromJsonArray | join ",") }}
{{- end }}
{{- merge (deepCopy .Values.config.sparkDefaults) $lines | toJson }}
{{- end }}

{{- define "spark.sparkDefaults" -}}
{{- range $name, $value := include "spark.defaults" . | fromJson }}
{{ $name }} {{ include "spark.scalar" $value }}
{{- end }}
{{- end }}

{{/* Those that a master reads: what only matters to drivers and executors, which others start, replaces no master. */}}
{{- define "spark.masterDefaults" -}}
{{- $others := "broadcast|cores|default|driver|dynamicAllocation|eventLog|executor|files|hadoop|jars|kryo|kryoserializer|memory|pyspark|rdd|scheduler|serializer|speculation|sql|streaming|submit|task" }}
{{- range $name, $value := include "spark.defaults" . | fromJson }}
{{- if or (hasPrefix "spark.executor.logs." $name) (not (regexMatch (printf "^spark\\.(%s)(\\.|$)" $others) $name)) }}
{{ $name }} {{ include "spark.scalar" $value }}
{{- end }}
{{- end }}
{{- end }}

{{/* Those of them that a worker reads too. */}}
{{- define "spark.workerDefaults" -}}
{{- range include "spark.masterDefaults" . | splitList "\n" }}
{{- if not (hasPrefix "spark.deploy." .) }}
{{ . }}
{{- end }}
{{- end }}
{{- end }}

{{- define "spark.sparkEnv" -}}
{{- $java := "-XX:+UseSerialGC -XX:TieredStopAtLevel=1" }}
{{- $variables := dict
  "SPARK_DAEMON_MEMORY" "96m"
  "SPARK_DAEMON_JAVA_OPTS" (printf "%s -XX:+ExitOnOutOfMemoryError" $java)
  "SPARK_LAUNCHER_OPTS" $java
  "SPARK_WORKER_CORES" .Values.worker.cores
  "SPARK_WORKER_MEMORY" .Values.worker.memory
  "SPARK_WORKER_PORT" "7078"
  "SPARK_WORKER_DIR" "/tmp/work"
  "SPARK_WORKER_OPTS" "-Dspark.worker.cleanup.enabled=true"
  "SPARK_LOCAL_DIRS" "/tmp"
  "PYSPARK_PYTHON" "python3"
}}
{{- range $name, $value := merge (deepCopy .Values.config.sparkEnv) $variables }}
{{ $name }}={{ include "spark.scalar" $value | replace "'" "'\\''" | squote }}
{{- end }}
{{- end }}

{{- define "spark.log4j2" -}}
{{- $lines := dict
  "status" "warn"
  "appender.console.type" "Console"
  "appender.console.name" "console"
  "appender.console.target" "SYSTEM_ERR"
  "appender.console.layout.type" "PatternLayout"
  "appender.console.layout.pattern" "%d{ISO8601} %-5p %c{1} - %m%n"
  "rootLogger.level" (.Values.logLevel | lower)
  "rootLogger.appenderRef.console.ref" "console"
}}
{{- range $name, $value := merge (deepCopy .Values.config.log4j2) $lines }}
{{ $name }} = {{ include "spark.scalar" $value }}
{{- end }}
{{- end }}

{{/* One file of the ConfigMap in Spark's conf folder, beside what the image has there. */}}
{{- define "spark.mount" -}}
- { name: config, mountPath: /opt/spark/conf/{{ . }}, subPath: {{ . }}, readOnly: true }
{{- end }}
