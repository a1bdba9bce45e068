# metafor's conditional binomial-normal odds ratios for the sparse strata in tests/comparing/fixtures: Rscript conditional.R OUTPUT.csv STRATA.csv...
#
# Of every stratum of pairs with a cell below 5 and four informative trials or more: rma.glmm(measure = "OR", model = "CM.EL"), which needs BiasedUrn.
# It takes minutes where trials are large: what isn't done after SECONDS (default 300) is left out, and said.

suppressPackageStartupMessages(library(metafor))
arguments <- commandArgs(trailingOnly = TRUE)
seconds <- as.numeric(Sys.getenv("SECONDS_EACH", "300"))
exact <- function(x) formatC(x, digits = 17, format = "g", width = -1)
found <- list()
for (file in arguments[-1]) {
  table <- read.csv(file, stringsAsFactors = FALSE, check.names = FALSE)
  if (!"events_a" %in% names(table)) next
  for (stratum in unique(table$stratum)) {
    d <- table[table$stratum == stratum, ]
    d <- d[with(d, events_a + events_b > 0 & events_a + events_b < n_a + n_b), ]
    if (nrow(d) < 4 || with(d, min(events_a, n_a - events_a, events_b, n_b - events_b)) >= 5) next
    began <- Sys.time()
    f <- tryCatch({
      setTimeLimit(elapsed = seconds, transient = TRUE)
      suppressMessages(suppressWarnings(rma.glmm(measure = "OR", ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, data = d, model = "CM.EL")))
    }, error = function(e) NULL)
    setTimeLimit(elapsed = Inf)
    took <- as.numeric(difftime(Sys.time(), began, units = "secs"))
    message(sprintf("%s: %d trials, %.0f s%s", stratum, nrow(d), took, if (is.null(f)) ", left out" else ""))
    if (!is.null(f)) {
      found[[stratum]] <- data.frame(stratum, k = f$k, estimate = exact(as.vector(f$beta)), se = exact(f$se), tau = exact(sqrt(f$tau2)))
      write.csv(do.call(rbind, found), arguments[1], row.names = FALSE, quote = TRUE, eol = "\n")
    }
  }
}
