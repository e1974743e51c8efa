define dso_local range(i64 -9223372036854775807, 9223372036854775807) i64 @bucket_take(i32 noundef %0, i64 noundef %1) local_unnamed_addr mustprogress nofree norecurse nosync nounwind willreturn memory(readwrite, argmem: none, inaccessiblemem: none) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %3 = zext i32 %0 to i64
  %4 = mul nuw nsw i64 %3, 1000
  %5 = load i64, ptr @bucket_stamp, align 8
  %6 = icmp ult i64 %5, %1
  %7 = load i64, ptr @bucket_rate, align 8
  %8 = icmp sgt i64 %7, 0
  %9 = select i1 %6, i1 %8, i1 false
  %10 = load i64, ptr @bucket_tokens, align 8
  br i1 %9, label %11, label %20

11:                                               ; preds = %2
  %12 = sub i64 %1, %5
  %13 = load i64, ptr @bucket_burst, align 8
  %14 = sub nsw i64 %13, %10
  %15 = sdiv i64 %14, %7
  %16 = icmp ugt i64 %12, %15
  %17 = mul nsw i64 %12, %7
  %18 = add nsw i64 %10, %17
  %19 = select i1 %16, i64 %13, i64 %18
  store i64 %19, ptr @bucket_tokens, align 8
  store i64 %1, ptr @bucket_stamp, align 8
  br label %20

20:                                               ; preds = %11, %2
  %21 = phi i64 [ %19, %11 ], [ %10, %2 ]
  %22 = icmp sgt i64 %4, %21
  br i1 %22, label %27, label %23

23:                                               ; preds = %20
  %24 = sub nsw i64 %21, %4
  store i64 %24, ptr @bucket_tokens, align 8
  %25 = load i64, ptr @bucket_sent_bytes, align 8
  %26 = add i64 %25, %3
  store i64 %26, ptr @bucket_sent_bytes, align 8
  store i32 0, ptr @bucket_denied, align 4
  br label %39

27:                                               ; preds = %20
  %28 = load i32, ptr @bucket_denied, align 4
  %29 = add i32 %28, 1
  store i32 %29, ptr @bucket_denied, align 4
  %30 = load i64, ptr @bucket_burst, align 8
  %31 = icmp sgt i64 %4, %30
  %32 = icmp slt i64 %7, 1
  %33 = select i1 %31, i1 true, i1 %32
  br i1 %33, label %39, label %34

34:                                               ; preds = %27
  %35 = add nsw i64 %4, -1
  %36 = add i64 %35, %7
  %37 = sub i64 %36, %21
  %38 = sdiv i64 %37, %7
  br label %39

39:                                               ; preds = %27, %34, %23
  %40 = phi i64 [ 0, %23 ], [ %38, %34 ], [ -1, %27 ]
  ret i64 %40
}
; verdict: refuted: the stamp follows the clock only when it refills: after a clock that went back time counts from the old stamp
