# metafor's figures for tests/comparing/fixtures/scores.csv: Rscript scores.R scores.csv metafor.scores.csv
#
# Each set of trials by mean difference (MD) and Hedges' g (SMD): Paule and Mandel's tau2, Hartung and Knapp's interval, its factor at least 1; a
# single trial by itself.

suppressPackageStartupMessages(library(metafor))
arguments <- commandArgs(trailingOnly = TRUE)
exact <- function(x) formatC(x, digits = 17, format = "g", width = -1)
all <- read.csv(arguments[1], stringsAsFactors = FALSE)
found <- list()
for (set in unique(all$set)) for (measure in c("MD", "SMD")) {
  d <- all[all$set == set, ]
  e <- escalc(measure, m1i = mean_a, sd1i = sd_a, n1i = n_a, m2i = mean_b, sd2i = sd_b, n2i = n_b, data = d)
  f <- rma(yi, vi, data = e, method = "PM", test = if (nrow(d) > 1) "adhoc" else "z", control = list(tol = 1e-15, maxiter = 10000, tau2.max = 10000))
  found[[length(found) + 1]] <- data.frame(set, measure, k = exact(nrow(d)), estimate = exact(as.vector(f$beta)), low = exact(f$ci.lb), high = exact(f$ci.ub),
                                           tau = exact(sqrt(f$tau2)), first = exact(e$yi[1]), first_se = exact(sqrt(e$vi[1])))
}
write.csv(do.call(rbind, found), arguments[2], row.names = FALSE, quote = TRUE, eol = "\n")
