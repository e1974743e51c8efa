define dso_local ptr @tree_prune(ptr noundef %0, i64 noundef %1, ptr noundef %2) local_unnamed_addr nounwind uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %4 = icmp eq ptr %0, null
  br i1 %4, label %51, label %5

5:                                                ; preds = %3
  %6 = load ptr, ptr %0, align 8
  %7 = tail call ptr @tree_prune(ptr noundef %6, i64 noundef %1, ptr noundef %2)
  store ptr %7, ptr %0, align 8
  %8 = getelementptr inbounds i8, ptr %0, i64 24
  %9 = load i64, ptr %8, align 8
  %10 = getelementptr inbounds i8, ptr %0, i64 32
  store i64 %9, ptr %10, align 8
  %11 = icmp eq ptr %7, null
  br i1 %11, label %12, label %18

12:                                               ; preds = %18, %5
  %13 = getelementptr inbounds i8, ptr %0, i64 8
  %14 = load ptr, ptr %13, align 8
  %15 = tail call ptr @tree_prune(ptr noundef %14, i64 noundef %1, ptr noundef %2)
  %16 = load ptr, ptr %0, align 8
  %17 = icmp eq ptr %16, null
  br i1 %17, label %27, label %43

18:                                               ; preds = %5, %18
  %19 = phi i64 [ %23, %18 ], [ %9, %5 ]
  %20 = phi ptr [ %25, %18 ], [ %7, %5 ]
  %21 = getelementptr inbounds i8, ptr %20, i64 32
  %22 = load i64, ptr %21, align 8
  %23 = add i64 %19, %22
  store i64 %23, ptr %10, align 8
  %24 = getelementptr inbounds i8, ptr %20, i64 8
  %25 = load ptr, ptr %24, align 8
  %26 = icmp eq ptr %25, null
  br i1 %26, label %12, label %18

27:                                               ; preds = %12
  %28 = getelementptr inbounds i8, ptr %0, i64 44
  %29 = load i8, ptr %28, align 4
  %30 = icmp eq i8 %29, 2
  br i1 %30, label %43, label %31

31:                                               ; preds = %27
  %32 = load i64, ptr %10, align 8
  %33 = icmp ule i64 %32, %1
  br i1 %33, label %34, label %43

34:                                               ; preds = %31
  %35 = load i64, ptr %8, align 8
  %36 = load i64, ptr %2, align 8
  %37 = add i64 %36, %35
  store i64 %37, ptr %2, align 8
  %38 = getelementptr inbounds i8, ptr %2, i64 8
  %39 = load i32, ptr %38, align 8
  %40 = add i32 %39, 1
  store i32 %40, ptr %38, align 8
  %41 = getelementptr inbounds i8, ptr %0, i64 16
  %42 = load ptr, ptr %41, align 8
  tail call void @free(ptr noundef %42) nounwind
  tail call void @free(ptr noundef nonnull %0) nounwind
  br label %51

43:                                               ; preds = %31, %27, %12
  %44 = getelementptr inbounds i8, ptr %0, i64 40
  %45 = load i32, ptr %44, align 8
  %46 = getelementptr inbounds i8, ptr %2, i64 12
  %47 = load i32, ptr %46, align 4
  %48 = icmp ugt i32 %45, %47
  br i1 %48, label %49, label %50

49:                                               ; preds = %43
  store i32 %45, ptr %46, align 4
  br label %50

50:                                               ; preds = %49, %43
  store ptr %15, ptr %13, align 8
  br label %51

51:                                               ; preds = %34, %50, %3
  %52 = phi ptr [ null, %3 ], [ %0, %50 ], [ %15, %34 ]
  ret ptr %52
}
; verdict: refuted: prunes what is exactly as large as the least
