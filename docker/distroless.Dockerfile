# A base like gcr.io/distroless/base-debian12, of Debian's own packages, for where that cannot be pulled:
#   docker build -t distroless-base -f docker/distroless.Dockerfile docker && BASE_IMAGE=distroless-base make image
# The C library, roots of trust, time zones, and names for a few users: no shell, no package manager, nothing to run.
FROM debian:bookworm-slim AS files
RUN apt-get update -qq && mkdir /packages /base && cd /packages \
    && apt-get download -qq base-files libc6 netbase tzdata \
    && for package in *.deb; do dpkg-deb --extract "$package" /base || exit 1; done \
    && rm -rf /base/usr/share/doc /base/usr/share/lintian \
    && mkdir -p /base/etc/ssl/certs /base/home/nonroot && cp /etc/ssl/certs/ca-certificates.crt /base/etc/ssl/certs/ \
    && printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' > /base/etc/passwd \
    && printf 'root:x:0:\nnonroot:x:65532:\n' > /base/etc/group

FROM scratch
COPY --from=files /base/ /
