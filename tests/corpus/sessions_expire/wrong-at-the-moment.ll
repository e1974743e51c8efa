define dso_local i64 @sessions_expire(ptr nocapture noundef %0, i64 noundef %1) local_unnamed_addr nounwind uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %3 = load ptr, ptr %0, align 8
  %4 = icmp eq ptr %3, null
  br i1 %4, label %38, label %5

5:                                                ; preds = %2
  %6 = getelementptr inbounds i8, ptr %0, i64 8
  br label %7

7:                                                ; preds = %5, %32
  %8 = phi ptr [ %3, %5 ], [ %36, %32 ]
  %9 = phi i64 [ 0, %5 ], [ %35, %32 ]
  %10 = phi ptr [ %0, %5 ], [ %34, %32 ]
  %11 = phi i64 [ 9223372036854775807, %5 ], [ %33, %32 ]
  %12 = getelementptr inbounds i8, ptr %8, i64 4
  %13 = load i32, ptr %12, align 4
  %14 = icmp eq i32 %13, 0
  %15 = getelementptr inbounds i8, ptr %8, i64 16
  %16 = load i64, ptr %15, align 8
  %17 = icmp sle i64 %16, %1
  %18 = select i1 %14, i1 %17, i1 false
  br i1 %18, label %19, label %29

19:                                               ; preds = %7
  %20 = getelementptr inbounds i8, ptr %8, i64 24
  %21 = load ptr, ptr %20, align 8
  store ptr %21, ptr %10, align 8
  %22 = load ptr, ptr %6, align 8
  %23 = icmp eq ptr %22, %8
  br i1 %23, label %24, label %25

24:                                               ; preds = %19
  store ptr null, ptr %6, align 8
  br label %25

25:                                               ; preds = %24, %19
  %26 = getelementptr inbounds i8, ptr %8, i64 8
  %27 = load ptr, ptr %26, align 8
  tail call void @free(ptr noundef %27) nounwind
  tail call void @free(ptr noundef nonnull %8) nounwind
  %28 = add i64 %9, 1
  br label %32

29:                                               ; preds = %7
  %30 = tail call i64 @llvm.smin.i64(i64 %16, i64 %11)
  %31 = getelementptr inbounds i8, ptr %8, i64 24
  br label %32

32:                                               ; preds = %29, %25
  %33 = phi i64 [ %11, %25 ], [ %30, %29 ]
  %34 = phi ptr [ %10, %25 ], [ %31, %29 ]
  %35 = phi i64 [ %28, %25 ], [ %9, %29 ]
  %36 = load ptr, ptr %34, align 8
  %37 = icmp eq ptr %36, null
  br i1 %37, label %38, label %7

38:                                               ; preds = %32, %2
  %39 = phi i64 [ 9223372036854775807, %2 ], [ %33, %32 ]
  %40 = phi i64 [ 0, %2 ], [ %35, %32 ]
  %41 = getelementptr inbounds i8, ptr %0, i64 16
  store i64 %39, ptr %41, align 8
  %42 = getelementptr inbounds i8, ptr %0, i64 24
  %43 = load i64, ptr %42, align 8
  %44 = sub i64 %43, %40
  store i64 %44, ptr %42, align 8
  ret i64 %40
}
; verdict: refuted: drops sessions that were last seen at exactly that time
